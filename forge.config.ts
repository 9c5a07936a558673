/** How the app is packaged: what goes in, under which name, with which fuses. Linux is built and tried; macOS and Windows are configured, not yet run. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerZIP } from '@electron-forge/maker-zip';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { BACKEND } from './scripts/backend.ts';
import { FALLBACK_ZIPS } from './scripts/fallback-zip.ts';
import { chosenElectron } from './scripts/setup/electron.mjs';

const EXECUTABLE = 'pocketmusec';
const INSIDE = ['.build/main', '.build/preload', '.build/renderer', '.build/compat', 'package.json', 'LICENSE'];
const RESOURCES = [BACKEND, 'backend-spec/backend.json'];

const electron = chosenElectron();
const fallback = electron?.fallback === true ? electron : undefined;
if (fallback) process.env.ELECTRON_OVERRIDE_DIST_PATH = path.dirname(fallback.executable);

const config: ForgeConfig = {
  packagerConfig: {
    asar: true,
    name: 'PocketMusec',
    executableName: EXECUTABLE,
    appBundleId: 'app.pocketmusec.desktop',
    appCategoryType: 'public.app-category.education',
    // Main, preload and renderer are bundled: no package is needed at run time.
    prune: false,
    ignore: (file: string) => file !== '' && !INSIDE.some((name) => isWithin(`/${name}`, file) || isWithin(file, `/${name}`)),
    extraResource: RESOURCES,
    // configured, not yet run: the backend is a universal2 binary already, so both halves carry the same one.
    osxUniversal: { x64ArchFiles: '**/backend/**' },
    ...(fallback && { electronZipDir: FALLBACK_ZIPS }),
  },
  makers: [
    new MakerZIP({}, ['linux', 'darwin', 'win32']),
    new MakerDeb({
      options: {
        bin: EXECUTABLE,
        maintainer: 'The PocketMusec authors <authors@pocketmusec.app>',
        categories: ['Education'],
        section: 'education',
        // Known to electron-installer-debian, not to its types: 3 s instead of 100 s for a third more bytes.
        ...({ compression: 'zstd' } as object),
      },
    }),
  ],
  plugins: [
    new FusesPlugin({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      // The fallback's binary does not know these yet.
      ...(!fallback && {
        [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
        [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      }),
    }),
  ],
  hooks: {
    generateAssets: async () => {
      // A process of its own: Forge loads this file, and what it imports, through a transpiler.
      const { status } = spawnSync(process.execPath, ['scripts/assets.ts'], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
      if (status !== 0) throw new Error('what goes into the app could not be made (see above)');
    },
    // The packager makes it in a private temporary folder, and others than its maker have to start it.
    postPackage: async (_config, { outputPaths }) => { for (const folder of outputPaths) fs.chmodSync(folder, 0o755); },
    ...(fallback && {
      // Forge takes the version from here.
      readPackageJson: async (_config, manifest) => ({
        ...manifest,
        devDependencies: { ...manifest.devDependencies, electron: fallback.version },
      }),
      packageAfterCopy: async (_config, folder) => { bootWithCompat(folder); },
    }),
  },
};
export default config;

/** Makes the packaged app load the compat file before its own main file, which stays as it was built. */
function bootWithCompat(folder: string): void {
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as { main: string };
  const boot = '.build/compat/boot.cjs';
  const target = path.posix.relative(path.posix.dirname(boot), manifest.main);
  fs.writeFileSync(path.join(folder, boot), `require('./index.cjs');\nrequire('${target}');\n`);
  fs.writeFileSync(file, JSON.stringify({ ...manifest, main: boot }, null, 2));
}

function isWithin(folder: string, file: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}
