import { Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { lazyPart } from '../components/lazy-part.ts'
import { useLost } from '../components/use-lost.ts'
import { t } from '../messages/messages.ts'
import { go, useRoute } from '../route.ts'
import { dialogs, showDialog } from '../store/app/dialogs.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Dialogs } from './Dialogs.tsx'
import { DropTarget } from './DropTarget.tsx'
import { useKeys } from './keys.ts'
import { NavigationRail } from './NavigationRail.tsx'
import { Notices } from './Notices.tsx'
import { Screen } from './Screen.tsx'
import { ScreenBoundary } from './ScreenBoundary.tsx'
import { StatusBar } from './StatusBar.tsx'
import { ThemeOfSettings } from './ThemeOfSettings.tsx'
import { useTitle } from './title.ts'
import './shell.css'
import '../components/components.css'

/** Whether a dialog is open that somebody may have filled in. */
const isAsking = () => dialogs.getState().dialog !== undefined

const Palette = lazyPart(() => import('./palette/Palette.tsx'))

/** Rail, screen, status bar, and what lies above them. */
export function Shell() {
  const route = useRoute()
  const lost = useLost()
  const content = useRef<HTMLElement>(null)
  const before = useRef(route.screen)
  const [asked, setAsked] = useState(0)
  const openCommands = useMemo(() => () => setAsked((times) => times + 1), [])
  useKeys(
    useMemo(
      () => ({
        commands: openCommands,
        open: () => showDialog({ kind: 'open', source: '' }),
        settings: () => go({ screen: 'settings' }),
        help: () => showDialog({ kind: 'shortcuts' }),
      }),
      [openCommands],
    ),
    isAsking,
  )
  useTitle(route)
  // After navigating to another screen the keyboard focus starts there, and a screen reader announces it.
  useEffect(() => {
    if (before.current === route.screen) return
    before.current = route.screen
    content.current?.focus({ preventScroll: true })
    content.current?.scrollTo(0, 0)
  }, [route.screen])
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => content.current?.focus()}>
        {t('shell.skip')}
      </button>
      <NavigationRail route={route} />
      <main id="content" className="content" tabIndex={-1} ref={content}>
        <ConnectionBanner />
        <fieldset className={lost ? 'live last-known' : 'live'} disabled={lost}>
          <ScreenBoundary key={route.screen}>
            <Suspense fallback={null}>
              <Screen route={route} />
            </Suspense>
          </ScreenBoundary>
        </fieldset>
      </main>
      <StatusBar openCommands={openCommands} />
      <Dialogs />
      <Suspense fallback={null}>{asked > 0 && <Palette asked={asked} />}</Suspense>
      <Notices />
      <DropTarget />
      <ThemeOfSettings />
    </div>
  )
}
