/** Texts about the drift of an environment. */
export const drift = {
  drift: {
    count_one: '{{count}} change',
    count_other: '{{count}} changes',
    again: 'Look again',
    none: 'No drift',
    noneHint: 'The containers hold what their image holds, and nothing else.',
    notRunning: 'No environment is there',
    notRunningHint:
      'Drift is what changed in a container since it was created from its image. No container exists.',
    dotfiles_one: '{{count}} path of your dotfiles is not counted.',
    dotfiles_other: '{{count}} paths of your dotfiles are not counted.',
    asDefinition: 'As a definition change',
    copy: 'Copy as definition change',
    apply: 'A patch: look at it, then apply it in the project’s folder with “git apply”.',
    packages_one: '{{count}} package',
    packages_other: '{{count}} packages',
    configuration: 'Configuration',
    files: 'Other files',
    added: 'added:',
    changed: 'changed:',
    deleted: 'deleted:',
    inFolder_one: '{{count}} file in it',
    inFolder_other: '{{count}} files in it',
  },
} as const
