// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IExchange, IPool, IToken, IWrappedEther} from "./Interfaces.sol";

/// Leads a payment through a path of pools: each pool sends what it gives straight to the next one.
contract Router {
    error Expired();
    error NoPool(address tokenIn, address tokenOut);
    error TooLittle(uint256 amountOut, uint256 minOut);
    error BadPath();
    error PaymentRefused();

    IExchange public immutable exchange;
    IWrappedEther public immutable wrappedEther;

    constructor(address exchange_, address wrappedEther_) {
        exchange = IExchange(exchange_);
        wrappedEther = IWrappedEther(wrappedEther_);
    }

    modifier before(uint256 deadline) {
        if (block.timestamp > deadline) revert Expired();
        _;
    }

    receive() external payable {}

    function swap(address[] calldata path, uint256 amountIn, uint256 minOut, address to, uint256 deadline)
        external
        before(deadline)
        returns (uint256 amountOut)
    {
        IToken(path[0]).transferFrom(msg.sender, poolAt(path, 0), amountIn);
        return follow(path, minOut, to);
    }

    function swapFromEther(address[] calldata path, uint256 minOut, address to, uint256 deadline)
        external
        payable
        before(deadline)
        returns (uint256 amountOut)
    {
        if (path[0] != address(wrappedEther)) revert BadPath();
        wrappedEther.deposit{value: msg.value}();
        wrappedEther.transfer(poolAt(path, 0), msg.value);
        return follow(path, minOut, to);
    }

    function swapToEther(address[] calldata path, uint256 amountIn, uint256 minOut, uint256 deadline)
        external
        before(deadline)
        returns (uint256 amountOut)
    {
        if (path[path.length - 1] != address(wrappedEther)) revert BadPath();
        IToken(path[0]).transferFrom(msg.sender, poolAt(path, 0), amountIn);
        amountOut = follow(path, minOut, address(this));
        wrappedEther.withdraw(amountOut);
        (bool paid,) = msg.sender.call{value: amountOut}("");
        if (!paid) revert PaymentRefused();
    }

    function addLiquidity(address tokenA, address tokenB, uint256 amountA, uint256 amountB)
        external
        returns (uint256 shares)
    {
        address pool = exchange.poolOf(tokenA, tokenB);
        if (pool == address(0)) revert NoPool(tokenA, tokenB);
        IToken(tokenA).transferFrom(msg.sender, pool, amountA);
        IToken(tokenB).transferFrom(msg.sender, pool, amountB);
        return IPool(pool).addLiquidity(msg.sender);
    }

    /// What a path would give now; callers on chain use it as a price.
    function quote(address[] calldata path, uint256 amountIn) external view returns (uint256 amount) {
        amount = amountIn;
        for (uint256 i = 0; i + 1 < path.length; ++i) {
            amount = IPool(poolAt(path, i)).quote(path[i], amount);
        }
    }

    function follow(address[] calldata path, uint256 minOut, address to) private returns (uint256 amountOut) {
        uint256 last = path.length - 2;
        for (uint256 i = 0; i <= last; ++i) {
            address next = i == last ? to : poolAt(path, i + 1);
            amountOut = IPool(poolAt(path, i)).swap(path[i], 0, next);
        }
        if (amountOut < minOut) revert TooLittle(amountOut, minOut);
    }

    function poolAt(address[] calldata path, uint256 i) private view returns (address pool) {
        pool = exchange.poolOf(path[i], path[i + 1]);
        if (pool == address(0)) revert NoPool(path[i], path[i + 1]);
    }
}
