/** The images of a lesson: seen small, added, taken out. */
import { useRef, useState, type ReactElement } from 'react';
import { ApiProblem } from '../backend/problem';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button, IconButton } from '../ui/button';
import type { Editor } from './editor';

interface Props {
  readonly editor: Editor;
  readonly images: readonly string[];
}

export function Pictures({ editor, images }: Props): ReactElement {
  const { backend, lessonsApi, notices } = useServices();
  const url = useStore(backend.view).status?.url ?? null;
  const [isAdding, setAdding] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const add = async (files: readonly File[]): Promise<void> => {
    setAdding(true);
    for (const file of files) {
      try {
        const { id } = await lessonsApi.addImage(file);
        const shown = editor.state.get().content.images;
        if (!shown.includes(id)) editor.change({ images: [...shown, id] });
      } catch (error) {
        notices.show(error instanceof ApiProblem && error.detail !== null ? error.detail : strings.imageFailed);
      }
    }
    setAdding(false);
  };
  return (
    <section className="part" aria-label={strings.images}>
      <div className="part-head"><h2>{strings.images}</h2></div>
      <input
        ref={input} hidden type="file" accept="image/png,image/jpeg,image/gif,image/webp" multiple aria-label={strings.chooseImage}
        onChange={(event) => {
          const files = Array.from(event.target.files ?? []);
          event.target.value = '';
          void add(files);
        }}
      />
      <ul className="pictures">
        {images.map((id, index) => (
          <li key={id} className="picture">
            {url !== null && <img src={`${url}/api/images/${id}/thumbnail`} alt={strings.image(index + 1)} />}
            <IconButton name={strings.take(strings.image(index + 1))} icon="close" onPress={() => editor.change({ images: images.filter((each) => each !== id) })} />
          </li>
        ))}
      </ul>
      <Button small look="quiet" icon="plus" disabled={isAdding} onPress={() => input.current?.click()}>{strings.addImage}</Button>
    </section>
  );
}
