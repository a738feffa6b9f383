/** Texts of notifications when something has ended. */
export const notices = {
  verify: {
    done: '{{name}} matches its folder: {{which}}',
    version: 'v{{ordinal}}, and the lock is complete',
    unbuilt: 'a version that is not built yet, and the lock is complete',
    environment: 'The environment runs it.',
    image: 'The image was built from it. No environment runs.',
    nothing: 'Its image is not on the engine; a start builds it.',
  },
  tray: {
    title: 'Notices',
    unread_one: 'Notices, {{count}} new',
    unread_other: 'Notices, {{count}} new',
    empty: 'Nothing has happened in the background since this page was opened.',
    clear: 'Clear',
  },
  ended: {
    up: '{{name}} is running',
    initialize: '{{name}} was initialized',
    rebuild: 'A version of {{name}} was built again',
    stop: '{{name}} has stopped',
    restart: '{{name}} was restarted',
    lock: 'The lock of {{name}} was updated',
    failed: '{{name}}: {{message}}',
  },
} as const
