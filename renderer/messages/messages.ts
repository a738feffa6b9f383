import i18next from 'i18next'
import { en } from './en.ts'
import { environment } from './environment.ts'
import { secrets } from './secrets.ts'
import { trust } from './trust.ts'

const english = { ...en, ...environment, ...secrets, ...trust }

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
