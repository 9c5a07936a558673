/** The system's key store, as Electron reaches it. */
import { safeStorage } from 'electron';
import type { KeyStore } from './secrets';

export const keyStore: KeyStore = {
  // On Linux without a keyring, Electron would "lock" with a key that stands in its source.
  isLocked: () => safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (locked) => safeStorage.decryptString(locked),
};
