import { driverName } from './driver-name.ts';
import { rpcService } from './rpc-services.ts';
import type { RpcService } from './rpc-socket.ts';

/**
 * What answers kubelet at the socket in its plugin registry, as node-driver-registrar does.
 *
 * @param endpoint - the driver's own socket, at the path where the node has it.
 */
export function registrationService(endpoint: string, log: (line: string) => void): RpcService {
  const answers = {
    GetInfo: async () => ({ type: 'CSIPlugin', name: driverName, endpoint, supportedVersions: ['1.0.0'] }),
    NotifyRegistrationStatus: async ({ pluginRegistered, error }: { pluginRegistered: boolean; error: string }) => {
      log(pluginRegistered ? 'kubelet knows the driver' : `kubelet refused the driver: ${error}`);
      return {};
    },
  };
  return [rpcService('pluginregistration.Registration'), answers];
}
