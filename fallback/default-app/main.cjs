// Stands in for Electron's own default app, which the fallback comes without: opens the folder it is given, after the compat file.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { app } = require('electron');

const args = process.argv.slice(1);
const preloads = [];
let target;
while (args.length > 0 && target === undefined) {
  const arg = args.shift();
  if (arg === '-r' || arg === '--require') preloads.push(args.shift());
  else if (!arg.startsWith('-')) target = arg;
}

const file = path.resolve(target ?? '.');
const folder = fs.statSync(file).isFile() ? path.dirname(file) : file;
const compat = path.join(folder, '.build/compat/index.cjs');
if (fs.existsSync(compat)) require(compat);
for (const preload of preloads) Module._load(path.resolve(preload), Module, true);

const manifest = path.join(folder, 'package.json');
if (fs.existsSync(manifest)) {
  const { version, productName, name, desktopName } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  if (version) app.setVersion(version);
  if (productName ?? name) app.setName(productName ?? name);
  if (desktopName) app.setDesktopName(desktopName);
  app.setAppPath(folder);
}
process.defaultApp = true;
Module._load(Module._resolveFilename(file, module, true), Module, true);
