/** Texts about what environments use. */
export const usage = {
  usage: {
    title: 'What runs',
    cpu: 'CPU',
    memory: 'Memory',
    network: 'Network',
    disk: 'Disk',
    percent: '{{percent}} %',
    little: '<1 %',
    rate: '{{size}}/s',
    received: '↓ {{rate}}',
    sent: '↑ {{rate}}',
    read: 'read {{rate}}',
    written: 'written {{rate}}',
    uncounted: 'not counted',
    measuring: 'Measuring…',
    hint: 'CPU is in percent of one processor.',
  },
} as const
