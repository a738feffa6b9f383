/** Texts of the services of an environment. */
export const services = {
  services: {
    choose: 'Service',
    all: 'All services',
    entry: 'you work here',
    noPorts: 'no published ports',
    state: {
      running: 'running',
      healthy: 'healthy',
      starting: 'starting',
      unhealthy: 'unhealthy',
      unhealthyCount_one: 'unhealthy · check failed {{count}} time',
      unhealthyCount_other: 'unhealthy · check failed {{count}} times',
      paused: 'paused',
      restarting: 'restarting',
      detached: 'cut off from its network',
      created: 'not started',
      exited: 'ended',
      exitedWith: 'ended with {{code}}',
      stopped: 'stopped',
      completed: 'done',
      missing: 'removed',
    },
  },
} as const
