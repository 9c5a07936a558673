/** A text with each place marked that a search found. */
import type { ReactElement } from 'react';

export function Marked({ text, query }: { readonly text: string; readonly query: string }): ReactElement {
  const parts: ReactElement[] = [];
  const [haystack, needle] = [text.toLowerCase(), query.toLowerCase()];
  let end = 0;
  // A letter that has another length in lower case would shift the marks.
  if (needle !== '' && haystack.length === text.length) {
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, end)) {
      parts.push(<span key={`${at} before`}>{text.slice(end, at)}</span>, <mark key={at}>{text.slice(at, at + needle.length)}</mark>);
      end = at + needle.length;
    }
  }
  return <>{parts}{text.slice(end)}</>;
}
