import { eventIterator } from '@orpc/contract'
import * as z from 'zod/mini'
import { TerminalEvent, TerminalId, TerminalSize } from '../terminal.ts'
import { method, ofService, project } from './method.ts'

const terminal = z.strictObject({ terminal: TerminalId })

/** Terminals in running services. */
export const terminals = {
  /** `service`: in which it was opened, if one was named. */
  list: method.input(project).output(z.array(z.extend(terminal, { service: z.nullable(z.string()) }))),
  /** Without a service in the one that a person works in. */
  open: method.input(z.extend(ofService, { size: TerminalSize })).output(terminal),
  /** What it shows from an offset on; what is older than the kept scroll-back is left out. */
  watch: method
    .input(z.extend(terminal, { from: z.int().check(z.nonnegative()) }))
    .output(eventIterator(TerminalEvent)),
  write: method.input(z.extend(terminal, { text: z.string().check(z.maxLength(1024 * 1024)) })),
  resize: method.input(z.extend(terminal, { size: TerminalSize })),
  close: method.input(terminal),
}
