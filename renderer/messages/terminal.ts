/** Texts of the terminals of an environment. */
export const terminal = {
  terminal: {
    none: 'No terminal is open',
    noneHint: 'A terminal stays open when you leave this page. While one is open, a new version waits.',
    notRunning: 'The environment is not running',
    notRunningHint: 'A terminal needs a running container.',
    open: 'Open terminal',
    another: 'Open another terminal',
    name: 'Terminal {{number}}',
    nameEnded: 'Terminal {{number}} · ended',
    close: 'Close terminal {{number}}',
    input: 'Terminal input',
    search: 'Search the terminal',
    notFound: 'not found',
    leave: 'F6 leaves the terminal',
    ended: 'The terminal ended.',
    endedWith: 'The shell ended with code {{code}}.',
    reopen: 'Reopen',
  },
} as const
