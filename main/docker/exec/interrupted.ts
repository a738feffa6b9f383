/** Linux's numbers of the signals that end programs. */
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }
export type EndSignal = keyof typeof NUMBERS

/** The exit code of a program that was ended by a signal, as shells and engines report it. */
export const exitCodeOf = (signal: EndSignal): number => 128 + NUMBERS[signal]

/** Why work is aborted whose program inside has to be given the same signal. */
export class Interrupted extends Error {
  readonly signal: EndSignal

  constructor(signal: EndSignal) {
    super(signal)
    this.signal = signal
  }
}

/** The signal that aborted work: that of an `Interrupted`, else SIGTERM. */
export const signalOf = ({ reason }: AbortSignal): EndSignal =>
  reason instanceof Interrupted ? reason.signal : 'SIGTERM'
