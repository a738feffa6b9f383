import { entry } from './entry.ts'

/** What can go wrong between the screens and the program. */
export const screenErrors = {
  'request-invalid': entry<{ problem: string }>({
    message: () => 'The request was not understood.',
    why: (d) => d.problem,
    hint: () => 'Reload the window; if it stays so, it and the program are of different versions.',
    exit: 2,
  }),
  'address-refused': entry<{ address: string }>({
    message: (d) => `${d.address.slice(0, 200)} is not opened.`,
    why: () => 'Only https addresses, and ports of this computer that an environment publishes, are.',
    hint: () => 'If you trust it, copy it into your browser.',
    exit: 2,
  }),
  'page-not-built': entry<{ looked: string[] }>({
    message: () => 'The page with the screens is not built.',
    why: (d) => `There is no index.html in ${d.looked.join(' or ')}.`,
    hint: () =>
      'Run "npm run build:renderer" in the checkout, then this again; "npm start" builds it by itself.',
    exit: 1,
  }),
}
