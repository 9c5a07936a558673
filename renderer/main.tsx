/** Starts the page: the services, the views, and the self-test where one was asked for. */
import '@fontsource-variable/inter/wght.css';
import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { Broken } from './screens/broken';
import { ServicesProvider, createServices } from './services';
import { runSelfTest } from './selfTest';
import { markStates } from './timing';

markStates(window.electronAPI);
const services = createServices(window.electronAPI);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Broken>
      <ServicesProvider value={services}><App /></ServicesProvider>
    </Broken>
  </StrictMode>,
);
void runSelfTest(services);
