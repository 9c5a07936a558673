/** Where things lie: in a checkout, and in the packaged app. */
import path from 'node:path';
import { app } from 'electron';
import type { EffectTools } from './backend/effects';

export interface Paths {
  /** The built main, preload and renderer. */
  readonly build: string;
  readonly logs: string;
  readonly backendSpec: string;
  /** The spec that comes with the app, whichever runs. */
  readonly productSpec: string;
  readonly placeholders: EffectTools['placeholders'];
}

export function findPaths(userData: string, backendSpec: string | null): Paths {
  const root = app.getAppPath();
  const resources = app.isPackaged ? process.resourcesPath : path.join(root, '.build');
  const python = process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python';
  const productSpec = app.isPackaged ? path.join(resources, 'backend.json') : path.join(root, 'backend-spec/backend.json');
  return {
    productSpec,
    build: path.join(root, '.build'),
    logs: path.join(userData, 'logs'),
    backendSpec: backendSpec === null ? productSpec : path.resolve(backendSpec),
    placeholders: { python: path.join(root, python), resources, app: root, userData },
  };
}
