-- Asks for the addresses in the file BENCH_PATHS, one after the other, beginning at BENCH_OFFSET.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

local made, at = {}, 0

init = function()
  for path in io.lines(os.getenv("BENCH_PATHS")) do
    made[#made + 1] = wrk.format("GET", path)
  end
  at = tonumber(os.getenv("BENCH_OFFSET")) % #made
end

request = function()
  at = at + 1
  if at > #made then at = 1 end
  return made[at]
end
