/** Texts about the secrets that a definition declares. */
export const secrets = {
  secrets: {
    title: 'Secrets',
    about:
      'Values that the definition asks for by name. Commands inside and builds receive them; no image and no version contains them.',
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
      'No key store can be used{{why}}. Values are kept in memory until Pristine ends; then you are asked again.',
    why: ': {{problem}}',
    wasSet: '{{name}} is set. Commands and hooks that start from now on have it.',
    wasRemoved: '{{name}} is forgotten. What runs already may still have it.',
    titleStart_one: '{{name}} asks for a secret',
    titleStart_other: '{{name}} asks for {{count}} secrets',
    titleSet: 'Set {{secret}} of {{name}}',
    leaveOut: 'Secrets left empty are skipped and not asked for again; you can set them on the Overview.',
    lines: '{{count}} lines pasted. Typing replaces them.',
    needed:
      'Without its value this cannot be built. The build receives it; no image and no version contains it.',
    doContinue: 'Continue',
    doSet: 'Set',
  },
} as const
