// The worker of a slot.
import { expose } from 'threads/worker';
import { slotApi } from './slot-api.ts';

expose(slotApi());
