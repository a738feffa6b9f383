import { useCallback, useEffect, useRef, useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { toFailure } from '../../../client/failure.ts'
import type { Folder } from './tree-rows.ts'
import { Turns } from './turns.ts'

/** So many folders are listed at once: what drifted only may open hundreds. */
const AT_ONCE = 4

const NONE: ReadonlyMap<string, Folder> = new Map()

/**
 * The folders of a service that were opened. `key` says what they are of: they are forgotten when it changes. `load` lists one,
 * again if it was listed; `again` all of them.
 */
export function useFolders(key: string, project: ProjectKey, service: string | undefined) {
  const [state, setState] = useState({ key, folders: NONE })
  const asking = useRef(new Map<string, AbortController>())
  const turns = useRef(new Turns(AT_ONCE))
  const folders = state.key === key ? state.folders : NONE
  const load = useCallback(
    (path: string) => {
      asking.current.get(path)?.abort()
      const stop = new AbortController()
      asking.current.set(path, stop)
      const set = (change: (before: Folder | undefined) => Folder) => {
        if (stop.signal.aborted) return
        setState((state) => {
          const known = state.key === key ? state.folders : NONE
          return { key, folders: new Map(known).set(path, change(known.get(path))) }
        })
      }
      set((before) => ({ isLoading: true, listing: before?.listing, failure: undefined }))
      const { signal } = stop
      turns.current
        .take(
          () => client.files.list({ project, path, ...(service !== undefined && { service }) }, { signal }),
          signal,
        )
        .then(
          (listing) => set(() => ({ isLoading: false, listing, failure: undefined })),
          (error: unknown) =>
            set(() => ({ isLoading: false, listing: undefined, failure: toFailure(error).report })),
        )
    },
    [key, project, service],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked of the others is of no use any more.
  useEffect(
    () => () => {
      for (const stop of asking.current.values()) stop.abort()
      asking.current.clear()
    },
    [key],
  )
  const again = () => {
    for (const path of folders.keys()) load(path)
  }
  return { folders, load, again }
}
