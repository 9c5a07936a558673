/** What tests get for a style sheet, a picture or a font. */
export default 'asset';
