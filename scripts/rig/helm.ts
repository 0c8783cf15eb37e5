import { join } from 'node:path';
import { goTool, type ToolsModule } from './go-tool.ts';

const helm: ToolsModule = {
  folder: join(import.meta.dirname, 'helm'),
  name: 'helm',
  of: 'helm.sh/helm/v3',
  // Without it helm says it is v3.22 and no more, whichever it was built from.
  variables: (version) => ({ 'helm.sh/helm/v3/internal/version.version': version }),
};

/**
 * Path of helm, built from its Go module once for this machine.
 *
 * @throws RigUnavailableError where there is no Go to build it with.
 */
export function helmBinary(): Promise<string> {
  return goTool(helm, 'cmd/helm');
}
