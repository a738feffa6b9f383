import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type Key, type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Items beyond those in sight. */
const MORE = 6

/** A list of which only the items in sight, and some around them, are on the page. */
export interface VirtualList<List extends HTMLElement> {
  list: RefObject<List | null>
  /** Of the whole list, in pixels. */
  height: number
  items: { key: Key; index: number; style: CSSProperties }[]
  /** The `ref` of an item whose height differs from the others'; its `data-index` is its index. */
  measure(element: HTMLElement | null): void
  scrollTo(index: number): void
}

/**
 * A list of `count` items of `height` pixels, expected or exact, that scrolls with the page, or in the element around it if it
 * is in a `box`. `keyOf` an index, as React's.
 */
export function useVirtualList<List extends HTMLElement>({
  count,
  height,
  keyOf,
  box = false,
}: {
  count: number
  height: number
  keyOf(index: number): string | number
  box?: boolean
}): VirtualList<List> {
  const list = useRef<List>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  /** What the page shows above the list, in pixels. */
  const [above, setAbove] = useState(0)
  useLayoutEffect(() => {
    const content = box ? (list.current?.parentElement ?? null) : document.getElementById('content')
    setScroller(content)
    const place = () => {
      if (!content || !list.current) return
      const top = list.current.getBoundingClientRect().top - content.getBoundingClientRect().top
      setAbove(Math.round(top + content.scrollTop))
    }
    place()
    window.addEventListener('resize', place)
    return () => window.removeEventListener('resize', place)
  }, [box])
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => height,
    getItemKey: keyOf,
    scrollMargin: above,
    overscan: MORE,
  })
  return {
    list,
    height: virtual.getTotalSize(),
    items: virtual.getVirtualItems().map(({ key, index, start }) => ({
      key: String(key),
      index,
      style: { transform: `translateY(${start - above}px)` },
    })),
    measure: virtual.measureElement,
    scrollTo: (index) => virtual.scrollToIndex(index),
  }
}
