/** Texts of the engine screen. */
export const engine = {
  engine: {
    title: 'No container engine answers',
    start: 'Start engine',
    troubleshoot: 'Troubleshoot',
    lead: 'Pristine builds and runs environments with a container engine: Docker, or one that speaks its API.',
    looking: 'Pristine keeps looking, and continues as soon as an engine answers.',
    places: 'Places that were checked',
    nothing: 'nothing answers',
    refusedThere: 'no permission',
    refusedWhy: 'no permission: {{why}}',
    from: {
      settings: 'chosen in Settings',
      DOCKER_HOST: 'named by DOCKER_HOST',
      usual: 'a usual place',
    },
    contextNamed: 'Docker context {{name}}',
    used: 'In use',
    use: 'Use this engine',
    useLabel: 'Use the engine at {{address}}',
    forget: 'Look for an engine again',
    ready: '{{name}} {{version}} answers',
    readyAt: 'At {{address}}.',
    toHome: 'Go to Environments',
    install: 'Install Docker Engine',
    installText:
      'These commands are run, and nothing else. Where it is needed, the system asks for an administrator’s password.',
    installNow: 'Run these commands',
    installing: 'Installing…',
    installOutput: 'What the commands print',
  },
} as const
