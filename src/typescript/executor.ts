// The worker beside a slot.
import { expose } from 'threads/worker';
import { executorApi } from './executor-api.ts';

expose(executorApi() as never);
