/** The settings: for now, the language model that may write drafts. */
import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import { Line } from '../lessons/fields';
import type { ModelState } from '../lessons/modelSettings';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button } from '../ui/button';

export function Settings(): ReactElement {
  const { model } = useServices();
  const state = useStore(model.state);
  useEffect(() => void model.load(), [model]);
  return (
    <main className="settings">
      <section className="page" aria-labelledby="model-title">
        <h2 id="model-title">{strings.modelTitle}</h2>
        <p className="settings-text">{strings.modelText}</p>
        <p className="settings-text">{strings.modelPrivacy}</p>
        {state.model !== null && <ModelForm key={`${state.model.base_url} ${state.model.name}`} state={state} />}
        {state.model === null && state.problem !== null && <p className="problem" role="alert">{state.problem}</p>}
      </section>
    </main>
  );
}

function ModelForm({ state }: { readonly state: ModelState }): ReactElement {
  const { model } = useServices();
  const [address, setAddress] = useState(state.model?.base_url ?? '');
  const [name, setName] = useState(state.model?.name ?? '');
  // Not in any state: the key leaves the page with the button, and is not kept here.
  const key = useRef<HTMLInputElement>(null);
  const [keyId, hintId] = [useId(), useId()];
  const save = (): void => {
    const typed = key.current?.value.trim() ?? '';
    if (key.current) key.current.value = '';
    void model.save({ base_url: address, name }, typed);
  };
  const isSetUp = state.model?.base_url !== '';
  return (
    <form className="model-form" onSubmit={(event) => {
      event.preventDefault();
      save();
    }}
    >
      <Line label={strings.address} placeholder={strings.addressHint} value={address} maxLength={500} onChange={setAddress} />
      <Line label={strings.modelName} placeholder={strings.modelNameHint} value={name} maxLength={200} onChange={setName} />
      <div className="field">
        <label htmlFor={keyId}>{strings.key}</label>
        <input ref={key} id={keyId} type="password" autoComplete="off" spellCheck={false} maxLength={2000} aria-describedby={hintId} />
        <p id={hintId} className="field-hint">{strings.keyHint} {strings.keyKept[state.key]}</p>
      </div>
      <div className="drawer-actions">
        <button type="submit" className="button primary" disabled={state.busy}>{strings.saveSettings}</button>
        <Button disabled={state.busy || !isSetUp} onPress={() => void model.check()}>{strings.check}</Button>
        {isSetUp && <Button look="quiet" disabled={state.busy} onPress={() => void model.remove()}>{strings.removeModel}</Button>}
      </div>
      <p className="drawer-state" aria-live="polite">{state.offered === null ? '' : offeredText(state.offered, name)}</p>
      {state.problem !== null && <p className="problem" role="alert">{state.problem}</p>}
    </form>
  );
}

function offeredText(offered: readonly string[], name: string): string {
  return offered.includes(name) || name === '' ? strings.checked(offered.length) : strings.checkedMissing(name);
}
