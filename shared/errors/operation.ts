import { entry } from './entry.ts'

/** What can go wrong with operations. */
export const operationErrors = {
  busy: entry<{ what: string; pid: number; operation?: string; kind?: string }>({
    message: (d) => `Busy: ${d.what}.`,
    why: (d) =>
      `${d.pid ? `Process ${d.pid}` : 'Another process'} is working on it; only one process at a time may change a project.`,
    hint: () => 'Wait until it is done, or stop that process.',
    exit: 1,
  }),
  'operation-unknown': entry<{ id: string }>({
    message: (d) => `There is no operation ${d.id}.`,
    why: () => 'It was never recorded, or it is so old that its recording was removed.',
    hint: () => 'List the operations of the project.',
    exit: 2,
  }),
  cancelled: entry<{ left?: string }>({
    message: () => 'Cancelled.',
    why: () => 'You asked for it.',
    hint: (d) => d.left ?? 'The environment was not replaced.',
    exit: 130,
  }),
}
