/** What the list of builds says. */
export const builds = {
  builds: {
    title: 'Builds',
    empty: 'Nothing was built yet',
    emptyHint: 'Start an environment; what it does is kept here, with its steps and logs.',
    list: 'Operations, running first',
    of: '{{what}}, {{state}}',
    running: 'Running',
    runningStep: 'Running · {{step}}',
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    lost: 'Interrupted',
    cancel: 'Cancel',
    cancelOf: 'Cancel {{what}}',
    loading: 'Loading builds',
    version: 'v{{ordinal}}',
    because_one: 'v{{ordinal}} · {{input}} changed',
    because_other: 'v{{ordinal}} · {{input}} and {{more}} more changed',
    took: '{{state}} · {{time}}',
  },
} as const
