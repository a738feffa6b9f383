import { useEffect, useReducer, useRef } from 'react'
import type { OperationId, ProjectKey } from '../../../../shared/ids.ts'
import { type BuildFeed, type BuildState, openBuild } from '../../build/build-feed.ts'

/** Follows operations of a project, each from its beginning as long as it is among `ids`; in their order. */
export function useBuildFeeds(project: ProjectKey, ids: readonly OperationId[]): BuildState[] {
  const feeds = useRef(new Map<OperationId, BuildFeed>())
  const [, redraw] = useReducer((turn: number) => turn + 1, 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids by their values.
  useEffect(() => {
    for (const [id, feed] of feeds.current) {
      if (ids.includes(id)) continue
      feed.stop()
      feeds.current.delete(id)
    }
    for (const id of ids) {
      if (feeds.current.has(id)) continue
      const feed = openBuild(project, id)
      feed.store.subscribe(redraw)
      feeds.current.set(id, feed)
    }
    redraw()
  }, [project, ids.join()])
  useEffect(() => {
    const { current } = feeds
    return () => {
      for (const feed of current.values()) feed.stop()
      current.clear()
    }
  }, [])
  return ids.flatMap((id) => feeds.current.get(id)?.store.getState() ?? [])
}
