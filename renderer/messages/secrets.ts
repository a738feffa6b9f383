/** What is said of the secrets that a definition declares. */
export const secrets = {
  secrets: {
    title: 'Secrets',
    about:
      'Values that the definition asks for by name. Commands inside and builds are given them; no image and no version holds them.',
    state: {
      environment: 'set by your environment',
      process: 'set until Pristine ends',
      'key-store': 'set',
      missing: 'missing',
    },
    set: 'Set…',
    setLabel: 'Set {{name}}…',
    replace: 'Replace…',
    replaceLabel: 'Replace {{name}}…',
    remove: 'Remove',
    removeLabel: 'Remove {{name}}',
    kept: 'Values are kept in {{store}}, for this project only.',
    notKept:
      'No key store can be used{{why}}. Values are held until Pristine ends, and asked for again after that.',
    why: ': {{problem}}',
    wasSet: '{{name}} is set. Commands and hooks that start from now on have it.',
    wasRemoved: '{{name}} is forgotten. What runs already may still have it.',
    titleStart_one: '{{name}} asks for a secret',
    titleStart_other: '{{name}} asks for {{count}} secrets',
    titleSet: 'Set {{secret}} of {{name}}',
    leaveOut: 'What stays empty is left out and not asked for again; you can set it on the Overview.',
    lines: '{{count}} lines pasted. Typing starts anew.',
    needed:
      'Without its value this cannot be built. It is given to the build; no image and no version holds it.',
    doContinue: 'Continue',
    doSet: 'Set',
  },
} as const
