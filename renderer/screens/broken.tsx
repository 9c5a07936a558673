/** Catches what the page itself gets wrong, so that nobody looks at an empty window. */
import { Component, type ReactElement, type ReactNode } from 'react';
import { strings } from '../strings';
import { Button } from '../ui/button';

interface Props { readonly children: ReactNode }
interface State { readonly error: Error | null }

export class Broken extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <BrokenPage error={error} />;
  }
}

function BrokenPage({ error }: { readonly error: Error }): ReactElement {
  const [title, help] = strings.brokenPage;
  return (
    <main className="failed">
      <article className="failed-card">
        <h2>{title}</h2>
        <p className="failed-help">{help}</p>
        <div className="actions"><Button look="primary" icon="refresh" onPress={() => window.location.reload()}>{strings.reload}</Button></div>
        <dl className="evidence"><dt>{strings.cause}</dt><dd className="evidence-detail">{error.message}</dd></dl>
      </article>
    </main>
  );
}
