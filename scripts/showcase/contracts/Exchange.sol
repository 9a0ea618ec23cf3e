// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IToken} from "./Interfaces.sol";

/// Two tokens whose product of reserves never falls. Who swaps pays in first; the pool counts what has arrived.
contract Pool {
    event Swap(address indexed sender, address indexed to, bool zeroForOne, uint256 amountIn, uint256 amountOut);
    event Sync(uint112 reserve0, uint112 reserve1);
    event Liquidity(address indexed provider, int256 shares, uint256 amount0, uint256 amount1);

    error Locked();
    error NothingPaid();
    error TooLittle(uint256 amountOut, uint256 minOut);
    error UnknownToken();
    error ReserveOverflow();
    error TransferFailed();

    address public immutable token0;
    address public immutable token1;
    uint256 public immutable feeBps;

    uint112 public reserve0;
    uint112 public reserve1;
    uint32 public updatedAt;
    uint256 public price0Sum;
    uint256 public price1Sum;
    uint256 public totalShares;
    mapping(address provider => uint256) public sharesOf;

    bool private transient locked;

    modifier exclusive() {
        if (locked) revert Locked();
        locked = true;
        _;
        locked = false;
    }

    constructor(address token0_, address token1_, uint256 feeBps_) {
        token0 = token0_;
        token1 = token1_;
        feeBps = feeBps_;
    }

    function quote(address tokenIn, uint256 amountIn) public view returns (uint256) {
        bool zeroForOne = tokenIn == token0;
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 afterFee = amountIn * (10_000 - feeBps);
        return (afterFee * reserveOut) / (reserveIn * 10_000 + afterFee);
    }

    function swap(address tokenIn, uint256 minOut, address to) external exclusive returns (uint256 amountOut) {
        bool zeroForOne = tokenIn == token0;
        if (!zeroForOne && tokenIn != token1) revert UnknownToken();
        uint256 amountIn = balance(tokenIn) - (zeroForOne ? reserve0 : reserve1);
        if (amountIn == 0) revert NothingPaid();
        amountOut = quote(tokenIn, amountIn);
        if (amountOut < minOut) revert TooLittle(amountOut, minOut);
        pay(zeroForOne ? token1 : token0, to, amountOut);
        sync();
        emit Swap(msg.sender, to, zeroForOne, amountIn, amountOut);
    }

    function addLiquidity(address to) external exclusive returns (uint256 shares) {
        uint256 amount0 = balance(token0) - reserve0;
        uint256 amount1 = balance(token1) - reserve1;
        if (totalShares == 0) {
            shares = root(amount0 * amount1);
        } else {
            uint256 by0 = (amount0 * totalShares) / reserve0;
            uint256 by1 = (amount1 * totalShares) / reserve1;
            shares = by0 < by1 ? by0 : by1;
        }
        if (shares == 0) revert NothingPaid();
        totalShares += shares;
        sharesOf[to] += shares;
        sync();
        emit Liquidity(to, int256(shares), amount0, amount1);
    }

    function removeLiquidity(uint256 shares) external exclusive {
        sharesOf[msg.sender] -= shares;
        uint256 amount0 = (shares * reserve0) / totalShares;
        uint256 amount1 = (shares * reserve1) / totalShares;
        totalShares -= shares;
        pay(token0, msg.sender, amount0);
        pay(token1, msg.sender, amount1);
        sync();
        emit Liquidity(msg.sender, -int256(shares), amount0, amount1);
    }

    function sync() private {
        uint256 balance0 = balance(token0);
        uint256 balance1 = balance(token1);
        if (balance0 > type(uint112).max || balance1 > type(uint112).max) revert ReserveOverflow();
        unchecked {
            uint256 elapsed = uint32(block.timestamp) - updatedAt;
            if (elapsed > 0 && reserve0 != 0) {
                price0Sum += ((uint256(reserve1) << 112) / reserve0) * elapsed;
                price1Sum += ((uint256(reserve0) << 112) / reserve1) * elapsed;
            }
        }
        reserve0 = uint112(balance0);
        reserve1 = uint112(balance1);
        updatedAt = uint32(block.timestamp);
        emit Sync(uint112(balance0), uint112(balance1));
    }

    function balance(address token) private view returns (uint256) {
        return IToken(token).balanceOf(address(this));
    }

    function pay(address token, address to, uint256 amount) private {
        if (!IToken(token).transfer(to, amount)) revert TransferFailed();
    }

    /// Integer square root by Newton's method, from above.
    function root(uint256 x) private pure returns (uint256 r) {
        r = x;
        uint256 next = x / 2 + 1;
        while (next < r) {
            r = next;
            next = (x / next + next) / 2;
        }
    }
}

/// Makes the pools, one per pair of tokens, at addresses that follow from the pair.
contract Exchange {
    event PoolCreated(address indexed token0, address indexed token1, address pool);

    error PoolExists();

    mapping(address tokenA => mapping(address tokenB => address)) public poolOf;
    address[] public pools;

    function createPool(address tokenA, address tokenB, uint256 feeBps) external returns (address pool) {
        (address token0, address token1) = tokenA < tokenB ? (tokenA, tokenB) : (tokenB, tokenA);
        if (poolOf[token0][token1] != address(0)) revert PoolExists();
        pool = address(new Pool{salt: keccak256(abi.encode(token0, token1))}(token0, token1, feeBps));
        poolOf[token0][token1] = pool;
        poolOf[token1][token0] = pool;
        pools.push(pool);
        emit PoolCreated(token0, token1, pool);
    }
}
