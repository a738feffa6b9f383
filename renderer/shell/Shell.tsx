import { Suspense, useEffect, useRef } from 'react'
import { t } from '../messages/messages.ts'
import { useRoute } from '../route.ts'
import { Rail } from './Rail.tsx'
import { Screen } from './Screen.tsx'
import { StatusBar } from './StatusBar.tsx'
import './shell.css'

/** Rail, screen and status bar. */
export function Shell() {
  const route = useRoute()
  const content = useRef<HTMLElement>(null)
  const first = useRef(true)
  // After going to another screen the keyboard goes on from there, and a reader says where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the change of the screen.
  useEffect(() => {
    if (!first.current) content.current?.focus({ preventScroll: true })
    first.current = false
    content.current?.scrollTo(0, 0)
  }, [route.screen])
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => content.current?.focus()}>
        {t('shell.skip')}
      </button>
      <Rail route={route} />
      <main id="content" className="content" tabIndex={-1} ref={content}>
        <Suspense fallback={null}>
          <Screen route={route} />
        </Suspense>
      </main>
      <StatusBar />
    </div>
  )
}
