import { createStore } from 'zustand/vanilla'
import { type ProductFailure, toFailure } from '../../client/failure.ts'

/** What a person is told beside the screens. */
export interface Notice {
  id: number
  /** In milliseconds since 1970. */
  at: number
  tone: 'good' | 'bad'
  text: string
  why?: string
  hint?: string
  /** It disappears by itself: its content is also shown elsewhere. What is good always does. */
  passes?: boolean
  /** Where more about it is to be seen: an address of the app. */
  link?: { text: string; href: string }
  /** Where it is shown for a while: over the page, or beside the tray's button. The tray has it anyway. */
  place: 'page' | 'line' | undefined
  read: boolean
}
type Told = Omit<Notice, 'id' | 'at' | 'place' | 'read'>

/** Everything that was told since the page was opened, oldest first. */
export const notices = createStore<{ notices: Notice[] }>(() => ({ notices: [] }))

/** The tray keeps so many; the oldest go. So many lie over the page at a time. */
const KEPT = 50
const POPPED_UP = 4
let last = 0

const add = (told: Told, more: Pick<Notice, 'place' | 'read'>) =>
  notices.setState((state) => ({
    notices: [...state.notices, { ...told, ...more, id: ++last, at: Date.now() }].slice(-KEPT),
  }))

/**
 * Tells at once what became of something that the person just did, or that something failed. Only a failure lies over the
 * page; of what went well the page shows the result itself, so a line beside the tray's button says it.
 */
export function notify(told: Told): void {
  if (told.tone === 'bad') add(told, { place: 'page', read: false })
  else {
    change(({ place }) => place === 'line', { place: undefined })
    add(told, { place: 'line', read: true })
  }
}

/** Tells what went well in the background: in the tray alone. */
export const record = (told: Told): void => add(told, { place: undefined, read: false })

const change = (which: (notice: Notice) => boolean, to: Partial<Notice>) =>
  notices.setState((state) => ({
    notices: state.notices.map((notice) => (which(notice) ? { ...notice, ...to } : notice)),
  }))

/** A person has seen it, and closed it or followed its link. */
export const dismiss = (id: number): void =>
  change((notice) => notice.id === id, { place: undefined, read: true })

/** Its time is over; nobody knows whether it was seen. */
export const expire = (id: number): void => change((notice) => notice.id === id, { place: undefined })

/** The tray was opened. */
export const readAll = (): void => change(() => true, { place: undefined, read: true })

export const clearNotices = (): void => notices.setState({ notices: [] })

/** What lies over the page now. */
export const popUpsOf = (all: Notice[]): Notice[] =>
  all.filter(({ place }) => place === 'page').slice(-POPPED_UP)

/** What the line beside the tray's button says now. */
export const lineOf = (all: Notice[]): Notice | undefined => all.find(({ place }) => place === 'line')

/** How many a person may not have seen. */
export const unreadOf = (all: Notice[]): number => all.filter(({ read }) => !read).length

/** Reports the failure of something that a person requested. */
export function notifyFailure(error: unknown): ProductFailure {
  const failure = toFailure(error)
  const { message, why, hint } = failure.report
  notify({ tone: 'bad', text: message, why: why.split('\n').slice(0, 3).join('\n'), hint })
  return failure
}
