/** Texts about the definition and the lock of an environment. */
export const definition = {
  definition: {
    warnings: 'Worth knowing',
    pins_one: '{{count}} pin',
    pins_other: '{{count}} pins',
    look: 'Look for newer',
    update: 'Update lock…',
    newer: 'newer available',
    allNewest: 'Every pin is up to date.',
    noLock: 'There is no lock yet; the first start writes it.',
    noPins: 'The definition uses no external reference.',
    copy: 'Copy {{file}}',
    copyPin: 'Copy the pin of {{reference}}',
  },
  lock: {
    title: 'Update {{file}}?',
    about:
      'A moved pin is a change like any other: it makes a new version, and the old one stays to go back to.',
    confirm: 'Update lock',
    done_one: '{{file}} updated: {{count}} pin moved',
    done_other: '{{file}} updated: {{count}} pins moved',
    cancelled: 'The update was cancelled; the lock is as it was.',
  },
} as const
