import { t } from '../../messages/messages.ts'

export default function BuildsScreen() {
  return <h1>{t('shell.builds')}</h1>
}
