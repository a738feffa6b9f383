/** Texts around every screen. */
export const shell = {
  app: { name: 'Pristine', titled: '{{title}} · Pristine' },
  shell: {
    skip: 'Skip to content',
    navigation: 'Main',
    environments: 'Environments',
    builds: 'Builds',
    cleanup: 'Cleanup',
    settings: 'Settings',
    engineLooking: 'Looking for an engine…',
    engineReady: '{{name}} {{version}} · {{place}}',
    engineLocal: 'local',
    engineRemote: 'remote',
    engineDown: 'Engine not running',
    operations_one: '{{count}} operation · {{what}}',
    operations_other: '{{count}} operations · {{what}} and more',
    idle: 'Nothing is running',
    connecting: 'Connecting to Pristine…',
    offline: 'Not connected · trying again',
    refused: 'Not connected',
    tryNow: 'Try now',
    offlineTitle: 'Pristine does not answer.',
    offlineText:
      'This page reconnects when Pristine is back at this address. If it has ended, start it again and open the address that it prints.',
    offlineDesktop:
      'This window reconnects when Pristine is back. If that does not happen, quit Pristine and start it again.',
    refusedTitle: 'This address is no longer valid.',
    refusedText:
      'Pristine was restarted, or this window was opened without its token. Open the address that it printed in its terminal, in any window of this browser; this one then reconnects, too.',
    lastKnown: 'This page shows the state of {{time}}. Nothing can be changed until Pristine is back.',
    notices: 'Messages',
    drop: 'Drop a folder to open it',
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    commands: 'Every command',
    search: 'Search environments',
    help: 'This list',
    next: 'To the next or the previous control',
    close: 'Close a dialog or a menu',
  },
} as const
