/** Texts of the list of environments. */
export const home = {
  home: {
    title: 'Environments',
    search: 'Search environments',
    open: 'Open or clone…',
    first: 'Open a project to get an environment',
    firstLead:
      'Pristine builds a pinned image from what the project defines, and runs the environment from exactly that. Opening only reads; nothing runs until you start it.',
    sample: 'Try the sample',
    sampleLead: 'No project at hand? See it work on a small one.',
    promises: 'What Pristine does',
    promise: {
      pinned: 'Pinned',
      pinnedText:
        'The image is built from the project’s own definition. Everything that it takes from elsewhere stands in a lock file, so it is the same for everybody.',
      replaced: 'Replaced, never patched',
      replacedText:
        'When the definition changes, a new version is built beside the running one and swapped in when it is ready. You see which change made it.',
      back: 'One step back',
      backText:
        'A version that worked is kept. When a newer one does not work, or something was changed inside, a reset brings it back. Your files and data stay.',
    },
    dropDesktop: 'Or paste a git URL, or drop a folder, anywhere in this window.',
    dropBrowser: 'A browser does not reveal where a dropped folder is: paste its path.',
    foot: 'Paste a git URL here, or open a folder with “Open or clone…”.',
    filters: 'Show by state',
    filter: {
      all: 'All',
      failing: 'Failing',
      working: 'Working',
      running: 'Running',
      stopped: 'Not running',
    },
    noneOfState: 'No environment is in this state now',
    detailOf: 'Details of {{name}}',
    detailTabs: 'Parts of {{name}}',
    ports: 'Ports',
    actionOf: '{{action}} {{name}}',
    more: 'More for {{name}}',
    forget: 'Remove from the list…',
    version: 'v{{ordinal}}',
    because_one: '{{version}} · {{reason}}',
    because_other: '{{version}} · {{reason}} and more',
    line: '{{file}} line {{line}}',
    noneFound: 'No environment matches “{{text}}”',
    noneFoundHint: 'Names, folders and branches are searched.',
    count_one: '{{count}} environment found',
    count_other: '{{count}} environments found',
    loading: 'Loading environments',
  },
} as const
