import { IconActivity, IconSettings, IconStack2, IconTrash } from '@tabler/icons-react'
import { t } from '../messages/messages.ts'
import { hrefOf, type Route } from '../route.ts'
import { Logo } from './Logo.tsx'

const PLACES = [
  { screen: 'home', icon: IconStack2, name: 'environments', holds: ['home', 'environment'] },
  { screen: 'activity', icon: IconActivity, name: 'activity', holds: ['activity', 'build'] },
  { screen: 'cleanup', icon: IconTrash, name: 'cleanup', holds: ['cleanup'] },
  { screen: 'settings', icon: IconSettings, name: 'settings', holds: ['settings'] },
] as const

/** The way between the screens. */
export function NavigationRail({ route }: { route: Route }) {
  return (
    <nav className="rail" aria-label={t('shell.navigation')}>
      <span className="rail-glyph">
        <Logo />
      </span>
      {PLACES.map(({ screen, icon: Icon, name, holds }) => (
        <a
          key={screen}
          href={hrefOf({ screen })}
          aria-current={(holds as readonly string[]).includes(route.screen) ? 'page' : undefined}
        >
          <Icon size={20} stroke={1.7} aria-hidden="true" />
          <span>{t(`shell.${name}`)}</span>
        </a>
      ))}
    </nav>
  )
}
