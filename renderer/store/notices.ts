import { createStore } from 'zustand/vanilla'
import { type ProductFailure, toFailure } from '../client/failure.ts'

/** A passing notification for a person. A failure stays until it is closed, unless it `passes`. */
export interface Notice {
  id: number
  tone: 'good' | 'bad'
  text: string
  why?: string
  hint?: string
  /** It disappears by itself: its content is also shown elsewhere. */
  passes?: boolean
  /** Where more about it is to be seen: an address of the app. */
  link?: { text: string; href: string }
}

export const notices = createStore<{ notices: Notice[] }>(() => ({ notices: [] }))

/** More are not read; the oldest go. */
const MAX = 4
let last = 0

/** Shows a notification; returns its id. */
export function notify(notice: Omit<Notice, 'id'>): number {
  const id = ++last
  notices.setState((state) => ({ notices: [...state.notices, { ...notice, id }].slice(-MAX) }))
  return id
}

/** Takes a notice away. */
export function dismiss(id: number): void {
  notices.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }))
}

/** Reports the failure of something that a person requested. */
export function notifyFailure(error: unknown): ProductFailure {
  const failure = toFailure(error)
  const { message, why, hint } = failure.report
  notify({ tone: 'bad', text: message, why: why.split('\n').slice(0, 3).join('\n'), hint })
  return failure
}
