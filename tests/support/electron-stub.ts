/** What tests without a real Electron get for `electron`; those that need more of it mock it. */
export const app = undefined;
export const ipcMain = undefined;
export const ipcRenderer = undefined;
