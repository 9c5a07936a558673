/** Boot: an ordered list of set-ups. The backend is spawned before Electron is ready, since that is the longest wait of all. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { app, dialog, nativeTheme, protocol, session, shell, type BrowserWindow } from 'electron';
import { createAnnounce } from './announce';
import type { PortHolder } from '../preload/contract';
import { apiUrl } from './backend/apiUrl';
import { rangeOf } from './backend/choosePort';
import { findGuard } from './backend/guard';
import { findPortHolders } from './backend/portHolders';
import { readBackendSpec } from './backend/spec';
import { createSupervisor } from './backend/supervisor';
import { collect, type Facts } from './diagnostics/collect';
import { writeDiagnostics } from './diagnostics/command';
import { createDiagnosticsPreview } from './diagnostics/preview';
import { setupDialogs } from './dialogs/show';
import { ALREADY_RUNNING, isFirstInstance, setupInstance } from './instance';
import { broadcast, setupIpc } from './ipc';
import { keyStore } from './keyStore';
import { createLinks } from './links';
import { createLogs } from './logs/logs';
import { createLogReader } from './logs/reader';
import { setupMainLog } from './logs/mainLog';
import { createTrace } from './logs/trace';
import { createNotify } from './notify';
import { parseOptions, type Options } from './options';
import { findPaths } from './paths';
import { setupQuit } from './quit';
import { refuse } from './refuse';
import { createSelfTest } from './selfTest';
import { ensureUserData } from './userData';
import { createSaveFile } from './saveFile';
import { createSecrets } from './secrets';
import { SCHEME, serveFolder } from './window/assets';
import { setupMenu } from './window/menu';
import { setupSession } from './window/session';
import { createPanelShower } from './window/panels';
import { createWindow } from './window/window';

const startedAt = process.getCreationTime() ?? Date.now();

/** A self-test must not touch a teacher's library: without --user-data it gets a folder of its own, removed at the end. */
let temporaryFolder: string | null = null;

function chooseUserData(options: Options): string {
  if (options.userData !== null) return path.resolve(options.userData);
  if (!options.selfTest) return app.getPath('userData');
  temporaryFolder = mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-self-test-'));
  return temporaryFolder;
}

function removeTemporaryFolder(): void {
  if (temporaryFolder !== null) rmSync(temporaryFolder, { recursive: true, force: true });
}

const appFacts = (options: Options): Facts['app'] => ({ name: app.getName(), version: app.getVersion(), packaged: app.isPackaged, debug: options.debug });

function boot(options: Options): void {
  const userData = chooseUserData(options);
  if (options.diagnostics !== null) {
    // Now: no display is needed yet.
    process.exit(writeDiagnostics(options.diagnostics, appFacts(options), userData, findPaths(userData, options.backendSpec)));
  }
  ensureUserData(userData);
  app.setPath('userData', userData);
  if (!isFirstInstance(args)) {
    // A self-test that did not run must not look as if it had passed. Else the first instance shows its window and says why.
    if (options.selfTest) throw new Error(`${ALREADY_RUNNING} with ${userData}. Quit it, or give the self-test another --user-data.`);
    app.exit(0);
    return;
  }
  nativeTheme.themeSource = options.theme;
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

  const paths = findPaths(userData, options.backendSpec);
  const { log, file: mainLog } = setupMainLog(paths.logs, options.debug);
  log.info('start', { version: app.getVersion(), electron: process.versions.electron, platform: process.platform, packaged: app.isPackaged });
  const spec = readBackendSpec(paths.backendSpec);
  // What a guest comes without is the product's.
  const product = paths.backendSpec === paths.productSpec ? spec : readBackendSpec(paths.productSpec);
  const links = createLinks(spec.downloadPage === undefined ? product : spec, log);
  const secrets = createSecrets({ userData, spec, keyStore, log });
  const trace = createTrace(spec, app.getVersion());
  const logs = createLogs(paths.logs, spec, mainLog, trace.opening, (trouble) => {
    log.warn('the logs', trouble);
    broadcast('logs:trouble', trouble);
  });
  const reader = createLogReader(paths.logs, logs.waiting);
  trace.connect(logs.trace);
  const supervisor = createSupervisor({
    spec, log, packaged: app.isPackaged, placeholders: paths.placeholders,
    guard: findGuard(spec.guard ? spec : product, app.isPackaged, paths.placeholders), onOutput: logs.onOutput, inspect: trace.inspect,
  });
  supervisor.subscribe(logs.onStatus);
  supervisor.subscribe((status) => { broadcast('backend-status', status); });

  let window: BrowserWindow | null = null;
  const notify = createNotify(() => window);
  supervisor.subscribe(createAnnounce(notify));
  const { quit, isQuitting } = setupQuit(supervisor, log, async () => {
    selfTest?.report();
    await logs.close();
    removeTemporaryFolder();
  });
  const selfTest = options.selfTest ? createSelfTest({ options, supervisor, startedAt, window: () => window, quit }) : null;
  supervisor.send('START');

  const saveFile = createSaveFile(async (name) => {
    const options = { defaultPath: path.join(app.getPath('documents'), name) };
    const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
    return canceled || filePath === '' ? null : filePath;
  }, log);

  const diagnostics = createDiagnosticsPreview(() => collect({
    app: appFacts(options), userData, logs: paths.logs, status: supervisor.current(), waiting: logs.waiting(), spec, problems: [],
  }), saveFile);

  const openWindow = (): BrowserWindow => {
    if (window !== null) return window;
    window = createWindow(paths.build, log);
    window.on('closed', () => { window = null; });
    return window;
  };
  const showPanel = createPanelShower(openWindow);
  const portHolders = async (): Promise<PortHolder[] | null> => await findPortHolders(rangeOf(spec));

  setupInstance({ notify, log, isQuitting, window: () => (app.isReady() ? openWindow() : null) });

  void app.whenReady().then(() => {
    protocol.handle(SCHEME, serveFolder(path.join(paths.build, 'renderer')));
    setupSession(session.defaultSession, supervisor.access, secrets.headersFor);
    // What its page asks is heard in a later turn, when the channels below are there.
    openWindow();
    setupMenu({ debug: options.debug, showPanel });
    setupIpc({
      'backend:get-url': async () => await apiUrl(supervisor),
      'backend:get-status': () => supervisor.current(),
      'backend:command': (command) => { supervisor.send(command); },
      'app:info': () => ({
        name: app.getName(), version: app.getVersion(), electron: process.versions.electron, platform: process.platform, debug: options.debug,
      }),
      'diagnostics:preview': diagnostics.preview,
      'diagnostics:read': diagnostics.read,
      'diagnostics:save': diagnostics.save,
      'logs:get-trouble': logs.trouble,
      'logs:list': async () => await reader.list(),
      'logs:read': async (view, from, count) => await reader.read(view, from, count),
      'logs:find': async (view, query, from, direction) => await reader.find(view, query, from, direction),
      'logs:open-folder': async () => { await shell.openPath(paths.logs); },
      'ports:get-holders': portHolders,
      'links:open-download': links.openDownloadPage,
      'files:save': saveFile,
      'secrets:state': secrets.state,
      'secrets:keep': secrets.keep,
      'secrets:forget': secrets.forget,
      'self-test:get-job': () => selfTest?.job() ?? null,
      'self-test:finish': async (outcome) => { await selfTest?.finish(outcome); },
    }, log);
    app.on('activate', openWindow);
    // A self-test runs unattended: what a box would say stands in its report.
    if (!options.selfTest) {
      setupDialogs({
        supervisor, log, debug: options.debug, window: () => window,
        showLogs: () => { showPanel('logs'); }, openDownloadPage: links.openDownloadPage, findPortHolders: portHolders,
      });
    }
  });
}

// In a checkout the app's folder is among them, and no option: it is passed over.
const args = process.argv.slice(1);
try {
  boot(parseOptions(args, process.env));
} catch (error) {
  removeTemporaryFolder();
  refuse(error, args.includes('--self-test'));
}
