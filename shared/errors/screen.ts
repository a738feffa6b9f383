import { entry } from './entry.ts'
import { lastOutput } from './wording.ts'

/** What can go wrong between the screens and the program. */
export const screenErrors = {
  'request-invalid': entry<{ problem: string }>({
    message: () => 'The request was not understood.',
    why: (d) => d.problem,
    hint: () => 'Reload the window; if it keeps happening, it and the program have different versions.',
    exit: 2,
  }),
  'address-refused': entry<{ address: string }>({
    message: (d) => `${d.address.slice(0, 200)} is not opened.`,
    why: () => 'Only https addresses and ports that an environment publishes on this computer are opened.',
    hint: () => 'If you trust it, copy it into your browser.',
    exit: 2,
  }),
  'page-not-built': entry<{ folder: string }>({
    message: () => 'The page with the screens is not built.',
    why: (d) => `There is no index.html in ${d.folder}.`,
    hint: () => 'Install Pristine again; in a checkout, run "npm run build:renderer".',
    exit: 1,
  }),
  'app-build-failed': entry<{ part: string; code: number; output: string[] }>({
    message: (d) => `${d.part} could not be built from its sources (exit code ${d.code}).`,
    why: (d) => lastOutput(d.output, 'The build printed nothing.'),
    hint: () => 'Correct what it names; if a package is missing, run "npm ci" in the checkout.',
    exit: 1,
  }),
}
