/** The first picture of the page, made at build time and put into index.html: it is painted before any script has run. */
import { renderToStaticMarkup } from 'react-dom/server';
import { Starting } from './screens/starting';
import { strings } from './strings';
import { Head } from './ui/head';

/** What the app itself renders first, when it has heard no status yet. */
export const firstPicture = (): string => renderToStaticMarkup(
  <div className="app" data-screen="starting" data-sub="">
    <Head text={strings.startingBackend} tone="wait" />
    <Starting status={null} />
  </div>,
);
