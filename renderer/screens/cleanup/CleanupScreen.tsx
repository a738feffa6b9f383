import { t } from '../../messages/messages.ts'

export default function CleanupScreen() {
  return <h1>{t('shell.cleanup')}</h1>
}
