import { t } from '../../messages/messages.ts'

export default function EngineScreen() {
  return <h1>{t('shell.engineDown')}</h1>
}
