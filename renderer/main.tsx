import './no-eval.ts'
import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import './styles.ts'
import './theme.css'
import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { desktop } from './client/client.ts'
import { keepConnected } from './client/connection.ts'
import { retryStyles } from './retry-styles.ts'
import { Shell } from './shell/Shell.tsx'
import { followEngine } from './store/app/engine.ts'
import { followLinks } from './store/app/links.ts'
import { followSettings } from './store/app/settings.ts'
import { notifyEndings } from './store/projects/ended-notices.ts'
import { followProjects } from './store/projects/projects.ts'
import { cssVariables, theme } from './theme.ts'

retryStyles()
void keepConnected(new AbortController().signal)
followEngine()
followProjects()
followSettings()
notifyEndings()
if (desktop) followLinks(desktop)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Shell />
      </MantineProvider>
    </StrictMode>,
  )
}
