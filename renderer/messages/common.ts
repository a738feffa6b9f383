/** What several screens say. */
export const common = {
  common: { cancel: 'Cancel', close: 'Close', copyOf: 'Copy {{name}}' },
  dialog: {
    cancel: 'Cancel',
    lost: 'Pristine does not answer. Nothing can be done here until it is back.',
  },
  words: {
    copy: 'Copy',
    copied: 'Copied',
    justNow: 'just now',
    seconds: '{{seconds}} s',
    minutes: '{{minutes}} min {{seconds}} s',
    hours: '{{hours}} h {{minutes}} min',
    aboutSeconds: 'about {{seconds}} s',
    aboutMinutes: 'about {{minutes}} min',
  },
  changes: {
    more: 'and {{count}} more',
    added: 'added',
    removed: 'removed',
    changed: 'changed',
    content: 'content',
    contentTitle: 'The first digits of the SHA-256 of its content: another content, another version.',
    from: 'from ',
    to: 'to ',
  },
  failure: {
    lost: 'The connection to Pristine was lost.',
    lostWhy: 'What you asked for may or may not have been done.',
    lostHint: 'Look how it stands once the connection is back.',
    internal: 'Something went wrong inside Pristine.',
    internalHint: 'Try again; if it stays so, report it with the diagnostics from Settings.',
    copy: 'Copy error',
    retry: 'Retry',
  },
} as const
