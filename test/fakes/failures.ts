import { RequestFailedError } from '../../common/domain/errors.ts';

/** The request was sent, and nobody knows what came of it. */
export const noAnswer = new RequestFailedError('FC-AWS-003', 'no answer', { effect: 'unknown', transient: true });

/** The request was refused before anything happened; it may pass later. */
export const throttled = new RequestFailedError('FC-AWS-002', 'slow down', { effect: 'none', transient: true });

/** The request was refused before anything happened, and always will be. */
export const denied = new RequestFailedError('FC-AWS-001', 'not authorized', { effect: 'none', transient: false });
