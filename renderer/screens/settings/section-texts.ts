import { t } from '../../messages/messages.ts'
import type { Section } from '../../store/app/settings-search.ts'

/** What a search for a setting looks through: the words of each section that a person sees. */
export const sectionTexts = (): Record<Section, string[]> => ({
  general: [
    t('settings.general'),
    t('settings.theme'),
    ...(['system', 'light', 'dark'] as const).map((theme) => t(`settings.themes.${theme}`)),
    t('settings.cloneFolder'),
    t('settings.tray'),
  ],
  notifications: [t('settings.notifications'), t('settings.notificationsText')],
  personal: [
    t('settings.personal'),
    t('settings.personalText'),
    t('settings.gitIdentity'),
    t('settings.dotfiles'),
    t('settings.dotfilesHint'),
    t('settings.agentNone'),
  ],
  layer: [t('settings.layer'), t('settings.layerText'), t('settings.layerHint')],
  engine: [t('settings.engine'), t('settings.engineAddress'), t('settings.engineHint')],
  baseImages: [t('settings.baseImages'), t('settings.baseImagesText'), t('settings.baseImagesHint')],
  resets: [t('settings.resets'), t('settings.resetsText'), t('settings.resetsNone')],
  updates: [t('settings.updates'), t('settings.updatesCheck'), t('settings.updatesChannel')],
  diagnostics: [t('settings.diagnostics'), t('settings.diagnosticsText')],
})
