import { t } from '../../messages/messages.ts'

export default function SettingsScreen() {
  return <h1>{t('shell.settings')}</h1>
}
