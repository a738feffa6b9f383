import i18next from 'i18next'
import { activity } from './activity.ts'
import { build } from './build.ts'
import { cleanup } from './cleanup.ts'
import { common } from './common.ts'
import { data } from './data.ts'
import { definition } from './definition.ts'
import { drift } from './drift.ts'
import { engine } from './engine.ts'
import { environment } from './environment.ts'
import { environmentState } from './environment-state.ts'
import { files } from './files.ts'
import { home } from './home.ts'
import { live } from './live.ts'
import { logs } from './logs.ts'
import { notices } from './notices.ts'
import { open } from './open.ts'
import { overview } from './overview.ts'
import { palette } from './palette.ts'
import { reset } from './reset.ts'
import { runs } from './runs.ts'
import { secrets } from './secrets.ts'
import { services } from './services.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { terminal } from './terminal.ts'
import { trust } from './trust.ts'
import { usage } from './usage.ts'
import { versions } from './versions.ts'

const english = {
  ...common,
  ...shell,
  ...palette,
  ...environmentState,
  ...notices,
  ...home,
  ...open,
  ...engine,
  ...activity,
  ...build,
  ...cleanup,
  ...settings,
  ...environment,
  ...reset,
  ...overview,
  ...runs,
  ...live,
  ...versions,
  ...drift,
  ...files,
  ...logs,
  ...terminal,
  ...data,
  ...definition,
  ...secrets,
  ...services,
  ...trust,
  ...usage,
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof english }
  }
}

const messages = i18next.createInstance()
void messages.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: english } },
  // React escapes what it shows.
  interpolation: { escapeValue: false },
})

/** The text of a key, in the person's language. */
export const t = messages.t
