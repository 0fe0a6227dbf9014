import { expect, it } from 'vitest';
import { ApiError } from '../shared/http';
import { isPutOut } from './phase';

it('tells who was put before the door from who was removed', async () => {
  const refused = (reason: string) => () => Promise.reject(new ApiError(reason, 403));
  expect(await isPutOut(refused('forbidden'))).toBe(true);
  expect(await isPutOut(refused('accessTokenInvalid'))).toBe(false);
  expect(await isPutOut(refused('offline'))).toBe(false);
  expect(await isPutOut(() => Promise.resolve({}))).toBe(false);
});
