/** The versions of a lesson, and how to go back to one. */
import { useEffect, useState, type ReactElement } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import type { Editor, EditorState } from './editor';
import type { ListedVersion } from './wire';

interface Props {
  readonly id: string;
  readonly editor: Editor;
  readonly state: EditorState;
}

export function Versions({ id, editor, state }: Props): ReactElement {
  const { lessonsApi, notices } = useServices();
  const [versions, setVersions] = useState<readonly ListedVersion[]>([]);
  const newest = state.lesson?.version ?? 0;
  useEffect(() => {
    let isOver = false;
    lessonsApi.versions(id).then((found) => { if (!isOver) setVersions(found); }, () => {});
    return () => { isOver = true; };
  }, [lessonsApi, id]);
  const restore = async (version: number): Promise<void> => {
    await editor.restore(version);
    if (editor.state.get().problem === null) notices.show(strings.restored(version));
  };
  return (
    <section className="drawer" aria-label={strings.versions}>
      <h2>{strings.versions}</h2>
      <ol className="versions">
        {versions.map(({ version, saved_at: savedAt, title }) => (
          <li key={version} className="version">
            <div>
              <strong>{strings.version(version)}</strong>{version === newest && <span className="badge">{strings.current}</span>}
              <p>{title}</p>
              <p className="version-at">{strings.savedAt(savedAt)}</p>
            </div>
            {version !== newest && (
              <button type="button" className="button small" aria-label={strings.restore(version)} onClick={() => void restore(version)}>{strings.restoreWord}</button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
